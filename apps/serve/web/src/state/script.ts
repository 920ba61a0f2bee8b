// A script: lines that begin with the name of one of the voice's speakers, such as "agent: Hello."

export interface ScriptLine {
  speaker: string;
  text: string;
}

/** The lines of a script; undefined for a text that is none. A line without a name goes on with the one before it. */
export function readScript(text: string, speakers: readonly string[]): ScriptLine[] | undefined {
  const lines: ScriptLine[] = [];
  for (const line of text.split('\n').filter((part) => part.trim() !== '')) {
    const [, name = '', rest = ''] = /^\s*([^:：]{1,60})[:：]\s*(.*)$/.exec(line) ?? [];
    const speaker = speakers.find((known) => known.toLowerCase() === name.trim().toLowerCase());
    if (speaker !== undefined) lines.push({ speaker, text: rest.trim() });
    else if (lines.length > 0) lines[lines.length - 1].text += ` ${line.trim()}`;
    else return undefined;
  }
  const spoken = lines.filter((line) => line.text !== '');
  return spoken.length > 0 ? spoken : undefined;
}
