// Where the voice lies.
exports.voiceFolder = require('node:path').join(__dirname, 'voice');
