// What the composer shows and does for one of the two voices.

export interface Line {
  /** Of the field for words. */
  label: string;
  placeholder: string;
  hint: string;
  /** Whether the hint is shown where there is little room, too. */
  hintNeeded: boolean;
  button: 'Add turn' | 'Speak' | 'Stop';
  /** Whether the button does something now. */
  ready: boolean;
  /** What Enter does. */
  send(): void;
  press(): void;
}
