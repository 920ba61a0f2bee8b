// Where replies are computed: by the server that the page is from, or in the page itself.
import { signal } from '@preact/signals';
import { tellPlace } from '../api/conversations';

/** Whether this is the build that needs no server. */
export const IN_PAGE: boolean = import.meta.env.MODE === 'in-page';

export const place = signal('');

export function watchPlace(): void {
  tellPlace((text) => (place.value = text));
}
