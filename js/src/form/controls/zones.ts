/**
 * A moment in three parts: date and time, fraction of a second, zone. ISO text goes in and comes out unchanged.
 *
 * The zone that was there is kept; "local" is resolved for the day in question, because summer has another offset.
 */

export interface Moment {
  /** "2026-11-23T10:00" or with seconds: what a native box can hold. */
  readonly local: string;
  /** ".123456" or "". */
  readonly fraction: string;
  /** "Z", "+01:00" or "" where there is none. */
  readonly zone: string;
}

const MOMENT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(\.\d+)?(Z|[+-]\d{2}:?\d{2}(?::?\d{2})?)?$/i;

/** The parts of a moment, or null where the text is no whole moment. */
export function takeApart(text: string): Moment | null {
  const match = MOMENT.exec(text.trim());
  if (!match) return null;
  return { local: `${match[1]}T${match[2]}`, fraction: match[3] ?? "", zone: (match[4] ?? "").toUpperCase() };
}

/** The offset of this browser's own zone at a local date and time, as "+01:00". */
export function localOffset(local: string): string {
  const minutes = -new Date(local).getTimezoneOffset();
  const whole = Number.isNaN(minutes) ? -new Date().getTimezoneOffset() : minutes;
  const [hours, rest] = [Math.floor(Math.abs(whole) / 60), Math.abs(whole) % 60];
  return `${whole < 0 ? "-" : "+"}${two(hours)}:${two(rest)}`;
}

/** The offsets in use in the world, from west to east. */
export const OFFSETS: readonly string[] = [
  ...["-12:00", "-11:00", "-10:00", "-09:30", "-09:00", "-08:00", "-07:00", "-06:00", "-05:00", "-04:00"],
  ...["-03:30", "-03:00", "-02:00", "-01:00", "+01:00", "+02:00", "+03:00", "+03:30", "+04:00", "+04:30"],
  ...["+05:00", "+05:30", "+05:45", "+06:00", "+06:30", "+07:00", "+08:00", "+08:45", "+09:00", "+09:30"],
  ...["+10:00", "+10:30", "+11:00", "+12:00", "+12:45", "+13:00", "+14:00"],
];

function two(number: number): string {
  return String(number).padStart(2, "0");
}
