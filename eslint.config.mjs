// Lint rules for the whole repository. The floors of docs/architecture.md are enforced here: a package may import only
// from floors below its own.
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const FLOORS = 7;
const floor = (n) => `floor:${n}`;

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/.results/**', '**/generated/**', 'runs/**'] },
  ...tseslint.configs.recommended,
  {
    // Configurations, workers and tools in CommonJS.
    files: ['**/*.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  // With types linting needs a whole program of each package, so that only `npm run lint:types` (a step of CI) asks them.
  ...(process.env.LINT_TYPES === '1'
    ? [
        {
          // A promise that nobody waits for loses its error. Known by types, and so in what a tsconfig.json includes.
          files: ['{packages,apps}/*/{src,test}/**/*.{ts,tsx}', 'apps/*/web/src/**/*.{ts,tsx}'],
          languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
          rules: {
            '@typescript-eslint/no-floating-promises': 'error',
            '@typescript-eslint/no-misused-promises': 'error',
            '@typescript-eslint/await-thenable': 'error',
          },
        },
      ]
    : []),
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          banTransitiveDependencies: false,
          allow: [
            '^.*/tools/build/tsup-library$',
            '^.*/tools/jest/readme-example.cjs$',
            '^.*/tools/network/lab$',
            // Tests of importing need the same weights at both ends.
            '^.*/packages/train/test/made-up-weights$',
            // What measures the export's forms takes its files apart.
            '^.*/packages/tfjs-onnx/src/(generated/onnx_pb|onnx/quantize-columns)$',
          ],
          depConstraints: [
            ...Array.from({ length: FLOORS }, (_, n) => ({
              sourceTag: floor(n),
              onlyDependOnLibsWithTags: [
                ...Array.from({ length: n }, (_, below) => floor(below)),
                'floor:data',
                'floor:base',
              ],
            })),
            { sourceTag: 'tools', onlyDependOnLibsWithTags: ['*'] },
            { sourceTag: 'floor:data', onlyDependOnLibsWithTags: [] },
            { sourceTag: 'floor:base', onlyDependOnLibsWithTags: [] },
          ],
        },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
    },
  },
);
