// Canvases do not know style sheets: what a voice's colours are at this place is read from them.

export interface WaveColours {
  waveColor: string;
  progressColor: string;
}

/** The colours of a waveform: what is still to come is fainter than what has been heard. */
export function voiceColours(element: Element): WaveColours {
  const style = getComputedStyle(element);
  return {
    waveColor: style.getPropertyValue('--voice-faint').trim(),
    progressColor: style.getPropertyValue('--voice').trim(),
  };
}

export type Rgb = readonly [number, number, number];

/** A colour of the style sheet, written as #rrggbb there, as numbers. */
export function readColour(element: Element, name: string): Rgb {
  const hex = getComputedStyle(element).getPropertyValue(name).trim().slice(1);
  return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
}

/** 256 colours that pass through `stops` evenly. */
export function ramp(stops: readonly Rgb[]): Rgb[] {
  return Array.from({ length: 256 }, (_, i) => {
    const place = (i / 255) * (stops.length - 1);
    const from = Math.min(Math.floor(place), stops.length - 2);
    return stops[from].map(
      (value, channel) => value + (place - from) * (stops[from + 1][channel] - value),
    ) as unknown as Rgb;
  });
}
