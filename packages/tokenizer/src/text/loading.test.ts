// English-only users never pay for to-jyutping or the Chinese tables.
import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** Runs in a fresh process, on the sources, and prints which Chinese modules and tables have been loaded. */
const PROGRAM = `
  const fs = require('node:fs');
  const opened = [];
  const { readFileSync } = fs;
  fs.readFileSync = (file, ...rest) => { opened.push(String(file)); return readFileSync(file, ...rest); };
  const loaded = () => [
    ...Object.keys(require.cache).filter((file) => /@node-rs|pinyin-pro|to-jyutping|@tensorflow/.test(file)),
    ...opened.filter((file) => /chinese-/.test(file)),
  ].length;
  const { phonemize } = require(process.argv[1]);
  phonemize('Hello, Dr. Li.');
  const english = loaded();
  phonemize('你好');
  console.log(JSON.stringify({ english, chinese: loaded() > 0 }));
`;

test('Chinese loads with the first Chinese text, not before', () => {
  const tsx = require.resolve('tsx/cjs');
  const printed = execFileSync(process.execPath, ['--require', tsx, '-e', PROGRAM, path.join(__dirname, 'index.ts')], {
    encoding: 'utf8',
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      // Our packages from their sources: builds may not be there yet.
      TSX_TSCONFIG_PATH: path.join(__dirname, '../../../../tsconfig.base.json'),
    },
  });
  expect(JSON.parse(printed)).toEqual({ english: 0, chinese: true });
});
