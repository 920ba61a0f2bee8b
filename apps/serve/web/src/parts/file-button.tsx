// A button that asks for files: what the browser offers for it cannot be styled, so that is hidden and pressed from here.
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

interface Props {
  /** As for an input: '.json,.wav'. */
  accept: string;
  multiple?: boolean;
  class?: string;
  onFiles: (files: File[]) => void;
  children: ComponentChildren;
}

export function FileButton({ accept, multiple, class: extraClass, onFiles, children }: Props) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        class="unseen"
        tabIndex={-1}
        aria-hidden="true"
        multiple={multiple}
        accept={accept}
        onChange={() => {
          const { current } = input;
          if (!current?.files?.length) return;
          onFiles([...current.files]);
          current.value = ''; // the same file may be chosen again
        }}
      />
      <button
        type="button"
        class={extraClass ? `quiet-button ${extraClass}` : 'quiet-button'}
        onClick={() => input.current?.click()}
      >
        {children}
      </button>
    </>
  );
}
