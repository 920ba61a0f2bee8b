export { isArrayTensor, type ArrayData, type ArrayTensor, type StoredType } from './array-tensor';
