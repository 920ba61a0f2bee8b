export { env, InferenceSession, Tensor } from 'onnxruntime-common';

/** The execution providers that this build of onnxruntime contains. */
export declare const listSupportedBackends: () => { readonly name: string; readonly bundled: boolean }[];

/**
 * How many threads to give one operator of each of `sharedBy` sessions that compute at the same time: what OMP_NUM_THREADS says, else as many as
 * there are cores that this process may use; undefined where that cannot be known (outside Linux), and onnxruntime's own default is right.
 * That default counts one core on some virtual machines that have several.
 */
export declare const defaultThreads: (sharedBy?: number) => number | undefined;
