// Seconds under a picture.

export function TimeAxis({ seconds }: { seconds: number }) {
  const step = seconds > 12 ? 5 : seconds > 5 ? 2 : seconds > 2 ? 1 : 0.5;
  const marks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, i) => i * step).filter(
    (mark) => mark < 0.97 * seconds,
  );
  return (
    <div class="time-axis" aria-hidden="true">
      {marks.map((mark) => (
        <span key={mark} style={{ left: `${(100 * mark) / seconds}%` }}>
          {mark}
          {mark === 0 ? ' s' : ''}
        </span>
      ))}
    </div>
  );
}
