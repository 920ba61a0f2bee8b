// Of upstream's configs/s2.json, what does not size the model: tests of exports shrink the model and keep the rest.
export const publishedTrain = {
  ...{ seed: 1, epochs: 1, learning_rate: 1e-4, betas: [0.8, 0.99], eps: 1e-9, batch_size: 1, lr_decay: 1 },
  ...{ segment_size: 20480, c_mel: 45, c_kl: 1, text_low_lr_rate: 0.4 },
};

export const publishedData = {
  ...{ sampling_rate: 32000, filter_length: 2048, hop_length: 640, win_length: 2048, n_mel_channels: 128 },
  ...{ mel_fmin: 0, mel_fmax: null },
};
