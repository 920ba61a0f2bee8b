// The native library is loaded from node_modules by a thread that Next cannot look into, and the voice's files are read from there: Next has to
// leave them as they are, and a build that is deployed alone (`output: 'standalone'`, serverless functions) has to be told that they belong to it.
export default {
  serverExternalPackages: ['@gpt-talker/onnxruntime'],
  outputFileTracingIncludes: {
    '/api/speech': [
      './node_modules/@gpt-talker/onnxruntime*/**/*',
      './node_modules/onnxruntime-common/**/*',
      './node_modules/@gpt-talker/voice-tiny/**/*',
    ],
  },
};
