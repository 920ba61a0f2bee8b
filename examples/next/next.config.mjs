// The native library is loaded from node_modules, and the voice's files are read from there: Next has to leave both as they are.
export default {
  serverExternalPackages: ['@gpt-talker/onnxruntime'],
  outputFileTracingIncludes: { '/api/speech': ['./node_modules/@gpt-talker/voice-tiny/**/*'] },
};
