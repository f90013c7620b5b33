/** The look of files, in the variables of the form. It comes with the script, for few forms need it. */

export const css = `
.hitl-drop {
  position: relative;
  display: flex;
  flex-wrap: wrap;
  gap: 4px 10px;
  align-items: center;
  padding: 6px 8px;
  border: 1px dashed var(--hitl-edge);
  border-radius: var(--hitl-round);
}

.hitl-drop > input {
  position: absolute;
  inset: 0;
  width: 100%;
  opacity: 0;
  cursor: pointer;
}

.hitl-drop:has(> :focus-visible) {
  outline: 2px solid var(--hitl-focus);
  outline-offset: 1px;
}

:is(.hitl-drop:hover, .hitl-over) {
  background: var(--hitl-soft);
}

.hitl-files {
  display: grid;
  gap: 2px;
  margin: 0;
  padding: 0;
  list-style: none;
}

.hitl-files > li {
  display: flex;
  gap: 8px;
  align-items: start;
}

.hitl-files > li > span {
  flex: 1;
  min-width: 0;
  padding-top: 3px;
}

.hitl-file {
  font-weight: 600;
}

.hitl-files progress {
  width: 120px;
  accent-color: var(--hitl-brand);
  vertical-align: middle;
}

.hitl-files .hitl-error {
  display: block;
}

/* For screen readers alone */
.hitl-stack:has(> .hitl-aloud) {
  position: relative;
  max-width: 480px;
}

.hitl-aloud {
  position: absolute;
  inset: auto 0 0;
  clip-path: inset(50%);
  pointer-events: none;
}
`;
