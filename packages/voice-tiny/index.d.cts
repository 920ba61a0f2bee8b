/** The folder of the voice's files, for `Talker.load` and `openVoice`. */
export declare const voiceFolder: string;
