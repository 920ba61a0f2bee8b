// The page's beginning.
import { render } from 'preact';
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import { App } from './parts/app';
import { begin } from './state/conversation';

render(<App />, document.getElementById('page')!);
void begin();
