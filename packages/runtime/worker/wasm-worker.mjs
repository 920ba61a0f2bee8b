// @ts-check
// A page's worker that computes with WebAssembly alone.
import * as ort from 'onnxruntime-web/wasm';
import { serve } from './browser-worker.mjs';

serve(ort, { providers: ['cpu'] });
