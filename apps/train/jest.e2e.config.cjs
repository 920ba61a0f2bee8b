module.exports = require('../../tools/jest/end-to-end.cjs')(__dirname, { displayName: 'train e2e' });
