// Which of tfjs' kernels can be recorded, and which have a gradient: made from the code, written into the README by `npm run support`.
import { readFileSync, writeFileSync } from 'node:fs';

import * as tf from '@tensorflow/tfjs-core';

import { GRADIENTS } from '../src/gradients/index';
import { BLOCK_KERNELS } from '../src/kernels/blocks';
import { COMPLEX_KERNELS } from '../src/kernels/complex';
import { CONVOLUTION_KERNELS } from '../src/kernels/convolution';
import { DILATION_KERNELS } from '../src/kernels/dilation';
import { ELEMENTWISE_KERNELS } from '../src/kernels/elementwise';
import { IMAGE_KERNELS } from '../src/kernels/image';
import { KERNELS } from '../src/kernels/index';
import { INDEXING_KERNELS } from '../src/kernels/indexing';
import { MATRIX_KERNELS } from '../src/kernels/matrix';
import { NORMALIZATION_KERNELS } from '../src/kernels/normalization';
import { POOLING_KERNELS } from '../src/kernels/pooling';
import { REDUCTION_KERNELS } from '../src/kernels/reduction';
import { SAMPLING_KERNELS } from '../src/kernels/picture-sampling';
import { SHAPE_KERNELS } from '../src/kernels/shape';
import { SPARSE_KERNELS } from '../src/kernels/sparse';

const [BEGIN, END] = ['<!-- support -->', '<!-- /support -->'];

const GROUPS = {
  'element by element': ELEMENTWISE_KERNELS,
  'sums, extremes, products': REDUCTION_KERNELS,
  matrices: MATRIX_KERNELS,
  shape: { ...SHAPE_KERNELS, ...BLOCK_KERNELS },
  positions: INDEXING_KERNELS,
  convolution: CONVOLUTION_KERNELS,
  'pooling, dilation': { ...POOLING_KERNELS, ...DILATION_KERNELS },
  normalisation: NORMALIZATION_KERNELS,
  pictures: { ...IMAGE_KERNELS, ...SAMPLING_KERNELS },
  'counting, sparse': SPARSE_KERNELS,
  'complex numbers': COMPLEX_KERNELS,
};

const DEPENDS = 'how much it makes depends on numbers that exist only when the graph runs';
const STRINGS = 'text';
const REASONS: Readonly<Record<string, readonly string[]>> = {
  [DEPENDS]: [
    'NonMaxSuppressionV3', 'NonMaxSuppressionV4', 'NonMaxSuppressionV5', 'RaggedGather', 'RaggedRange', 'RaggedTensorToTensor',
    'SparseFillEmptyRows', 'Unique',
  ],
  [STRINGS]: ['StaticRegexReplace', 'StringNGrams', 'StringSplit', 'StringToHashBucketFast'],
  'draws at random; see `randomUniform`': ['Multinomial'],
  'reads and paints a canvas': ['Draw', 'FromPixels'],
  'no op of tfjs uses it': ['Pool'],
}; // prettier-ignore

/** The names of tfjs' kernels, which its package exports as constants of the same names. */
export function tfjsKernels(): string[] {
  return Object.entries(tf)
    .filter(([name, value]) => value === name)
    .map(([name]) => name);
}

export function supportTable(): string {
  const all = tfjsKernels();
  const mapped = all.filter((name) => name in KERNELS);
  const marked = (name: string): string => (name in GRADIENTS ? `${name} ∇` : name);
  const rows = Object.entries(GROUPS).map(
    ([group, kernels]) => `| ${group} | ${Object.keys(kernels).sort().map(marked).join(', ')} |`,
  );
  const rest = all.filter((name) => !(name in KERNELS));
  const reasons = Object.entries(REASONS).map(([reason, names]) => {
    const left = names.filter((name) => rest.includes(name));
    return `| ${left.join(', ')} | ${reason} |`;
  });
  const unexplained = rest.filter((name) => !Object.values(REASONS).flat().includes(name));
  if (unexplained.length > 0) throw new Error(`say why these kernels have no mapping: ${unexplained.join(', ')}`);
  return [
    `${mapped.length} of the ${all.length} kernels of tfjs ${tf.version_core} are recorded; ∇ marks those with a gradient.`,
    '',
    '| kernels | |',
    '| --- | --- |',
    ...rows,
    '',
    '| not recorded | because |',
    '| --- | --- |',
    ...reasons,
  ].join('\n');
}

/** The part of a README that is made from the code. */
export function supportIn(readme: string): string {
  return readme.slice(readme.indexOf(BEGIN) + BEGIN.length, readme.indexOf(END)).trim();
}

/** Run by npm in the package's folder. */
if (process.argv.includes('--write')) {
  const text = readFileSync('README.md', 'utf8');
  const [before, after] = [text.slice(0, text.indexOf(BEGIN) + BEGIN.length), text.slice(text.indexOf(END))];
  writeFileSync('README.md', `${before}\n\n${supportTable()}\n\n${after}`);
}
