// @ts-check
// A page's worker with the build that knows WebGPU too, which is twice as large.
import * as ort from 'onnxruntime-web/webgpu';
import { serve } from './browser-worker.mjs';

serve(ort, { providers: ['cpu', 'webgpu'] });
