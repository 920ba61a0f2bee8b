// Where replies are computed, below what is said next.
import { place } from '../state/place';
import './place-line.css';

export function PlaceLine() {
  return <p class="place">{place.value}</p>;
}
