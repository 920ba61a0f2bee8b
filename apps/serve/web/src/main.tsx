// The page's beginning.
import { render } from 'preact';
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import { App } from './parts/app';
import { begin } from './state/conversation';
import { IN_PAGE, watchPlace } from './state/place';

render(<App />, document.getElementById('page')!);
watchPlace();
void begin();
// Keeps the page for when there is no network. Where the browser refuses, the page works while it is online.
if (IN_PAGE) void navigator.serviceWorker?.register('service-worker.js').catch(() => undefined);
