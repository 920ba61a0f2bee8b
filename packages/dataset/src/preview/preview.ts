// placeholder
import { type PrepareReport } from '../pipeline/report';
export interface PreviewOptions {
  mostDialogues?: number;
}
export async function writePreview(
  _folder: string,
  _report: PrepareReport,
  _options: PreviewOptions = {},
): Promise<void> {}
