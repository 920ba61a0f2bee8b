// Worker threads and kills included.
module.exports = require('../../tools/jest/end-to-end.cjs')(__dirname, { displayName: 'dataset e2e' });
