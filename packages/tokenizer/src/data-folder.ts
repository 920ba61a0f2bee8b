// Where this package keeps the files that it ships. It must stay directly in src/: src/ and dist/ are both one level deep.
import path from 'node:path';

/** Absolute path of the package's data/ folder. */
export const DATA_FOLDER = path.join(__dirname, '..', 'data');
