// What files may import, where lint of single files cannot see it: no cycles, imports of types included, and floors between the folders of a
// package. The floors between packages are in eslint.config.mjs.
//   npm run lint:imports

/** Folders from the lowest floor up: what is in one imports from its own floor and from those before it. Others are free. */
const FLOORS = {
  'apps/serve/src': ['engine', 'requests', 'sound', 'conversations', 'server|wyoming', 'commands'],
  'packages/dataset/src': ['files', 'corpus', 'store', 'batching|collect|pipeline|preview|queue'],
};

const floors = Object.entries(FLOORS).flatMap(([source, folders]) =>
  folders.slice(0, -1).map((folder, floor) => ({
    name: `${source}/${folder} imports only from below`,
    severity: 'error',
    from: { path: `^${source}/(${folder})/`, pathNot: '\\.test\\.ts$' },
    to: { path: `^${source}/(${folders.slice(floor + 1).join('|')})/` },
  })),
);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [{ name: 'no cycles', severity: 'error', from: {}, to: { circular: true } }, ...floors],
  options: {
    exclude: { path: '(^|/)(node_modules|dist|generated|runs)/' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    // Imports of types count too.
    tsPreCompilationDeps: true,
  },
};
