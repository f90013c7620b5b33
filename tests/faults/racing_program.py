"""A second process that answers questions at given moments: a line of JSON in for each, a line out with the outcome.

It waits on the monotonic clock, which the processes of one machine share.
"""

from __future__ import annotations

import json
import sys
import time

from hitl_jupyter import resume_flow_run
from hitl_jupyter.exceptions import HitlError


def main():
    for line in sys.stdin:
        run, key, answer, at = json.loads(line)
        time.sleep(max(0.0, at - time.monotonic() - 0.001))
        while time.monotonic() < at:
            pass
        told = None
        try:
            resume_flow_run(run, {"value": answer}, key=key)
        except HitlError as error:
            told = [type(error).__name__, str(error)]
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
