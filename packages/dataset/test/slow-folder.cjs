// Makes files slow, as a folder on a busy network is: node --require. Every opening, looking and renaming waits SLOW_MILLISECONDS first.
const promises = require('node:fs/promises');

const wait = Number(process.env.SLOW_MILLISECONDS ?? 50);
for (const name of ['open', 'readFile', 'stat', 'rename']) {
  const original = promises[name];
  promises[name] = async (...given) => {
    await new Promise((resolve) => setTimeout(resolve, wait));
    return original(...given);
  };
}
require('node:module').syncBuiltinESMExports();
