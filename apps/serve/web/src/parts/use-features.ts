// The features of a clip, as soon as they are computed.
import { useEffect, useState } from 'preact/hooks';
import type { Clip } from '../sound/clip';
import { featuresOf, type Features } from '../sound/features';
import { report } from '../state/notices';

export function useFeatures(clip: Clip | undefined): Features | undefined {
  const [features, setFeatures] = useState<Features>();
  useEffect(() => {
    let wanted = true;
    setFeatures(undefined);
    if (clip) featuresOf(clip.audio).then((computed) => wanted && setFeatures(computed), report);
    return () => void (wanted = false);
  }, [clip]);
  return features;
}
