/** How slow and how fast speech may be asked for, as a factor: OpenAI's range. */
export const SPEED_RANGE = { slowest: 0.25, fastest: 4 } as const;
