// What encoding speech needs of HuBERT: no TensorFlow.js here.
export { HubertEncoder, type FeatureQuantizer, type HubertEncoderOptions, type SpeechFeatures } from './encoder';
