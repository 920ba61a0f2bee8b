// CommonJS, as an Electron main process is: one voice for the whole application, loaded when it is first needed, and a handler that a window
// calls by `ipcRenderer.invoke('speak', turns, text)`. Without Electron (node examples/electron-main.cjs) it speaks once.
const path = require('node:path');
const { Talker } = require('@gpt-talker/talker');

const voice = path.dirname(require.resolve('@gpt-talker/voice-tiny/voice.json'));
let loading;
const talker = () => (loading ??= Talker.load(voice));

/** @returns {Promise<{ samples: Float32Array, sampleRate: number }>} what Web Audio plays: `context.createBuffer(1, length, sampleRate)` */
async function speak(turns, text) {
  const { audio } = await (await talker()).reply({ turns }, text);
  return audio;
}

const electron = process.versions.electron ? require('electron') : undefined;
if (electron) {
  electron.ipcMain.handle('speak', (_event, turns, text) => speak(turns, text));
  electron.app.on('will-quit', async () => (await loading)?.dispose());
} else {
  speak([{ role: 'user', text: 'Shall we go?' }], 'Yes, let us go.').then(async ({ samples, sampleRate }) => {
    console.log(`${(samples.length / sampleRate).toFixed(1)} s of speech`);
    await (await talker()).dispose();
  });
}
