// Where the voice lies.
import { fileURLToPath } from 'node:url';

export const voiceFolder = fileURLToPath(new URL('./voice', import.meta.url));
