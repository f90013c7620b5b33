/** How a card leads the run page on it to a run below: its place has the run's id in `data-run`, and this event. */
export const OPEN = "hitl-open";
