// The AI SDK's function, under the name that the installed version has.
import * as sdk from 'ai';

export const generateSpeech = sdk.experimental_generateSpeech;
