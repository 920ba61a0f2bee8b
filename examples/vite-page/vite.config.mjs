// Vite's pre-bundling while developing would lose the workers that lie beside the runtime's code.
export default {
  build: { target: 'es2022' },
  optimizeDeps: { exclude: ['@gpt-talker/runtime', '@gpt-talker/audio', 'onnxruntime-web'] },
};
