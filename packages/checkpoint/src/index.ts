// @gpt-talker/checkpoint: checkpoint files to and from plain data. Executes nothing of a file.
export { isArrayTensor, type ArrayData, type ArrayTensor, type StoredType } from './array-tensor';
export { readCheckpoint, readCheckpointFile, type Checkpoint } from './checkpoint-file';
export { CheckpointError, type CheckpointErrorCode } from './errors';
export { readNumpyObject, writeNumpyObject, type PlainObject } from './numpy-object';
export { readSafetensors, safetensorsPieces, writeSafetensors, type SafetensorsFile } from './safetensors';
export { SafetensorsReader } from './safetensors-reader';
export { readTorch, type TorchFile } from './torch-reader';
export { writeTorch, type WritableValue } from './torch-writer';
export { isDict, stateDict, type CheckpointDict, type CheckpointValue } from './values';
