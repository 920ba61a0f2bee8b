// What each worker thread loads: it does one task after the other.
export { performTask as default } from './pipeline/task';
