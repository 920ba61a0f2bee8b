export { env, InferenceSession, Tensor } from 'onnxruntime-common';

/** The execution providers that this build of onnxruntime contains. */
export declare const listSupportedBackends: () => { readonly name: string; readonly bundled: boolean }[];
