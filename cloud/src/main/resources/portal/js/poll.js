/** Live data: asked for again every few seconds, while the page is seen. */
import { useCallback, useEffect, useRef, useState } from "./lib.js";

/**
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} load
 * @param {number} everyMs from an answer to the next question
 * @param {unknown[]} deps what `load` depends on; a change starts anew
 * @returns {{data?: T, error?: Error, refresh: () => Promise<void>}} an error stands beside the last good data
 */
export function usePoll(load, everyMs, deps) {
  const [state, setState] = useState({});
  const current = useRef(async () => {});
  useEffect(() => {
    const life = new AbortController();
    let timer;
    let running;
    const plan = () => {
      clearTimeout(timer);
      if (!life.signal.aborted && !document.hidden) {
        timer = setTimeout(run, everyMs);
      }
    };
    const ask = async () => {
      try {
        const data = await load(life.signal);
        if (!life.signal.aborted) {
          setState({ data });
        }
      } catch (error) {
        if (!life.signal.aborted) {
          setState((last) => ({ data: last.data, error }));
        }
      }
    };
    const run = () => {
      clearTimeout(timer);
      running ??= ask().finally(() => {
        running = undefined;
        plan();
      });
      return running;
    };
    const onVisibility = () => (document.hidden ? clearTimeout(timer) : run());
    current.current = async () => {
      await running;
      await run();
    };
    document.addEventListener("visibilitychange", onVisibility);
    setState({});
    run();
    return () => {
      life.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisibility);
    };
  }, deps);
  const refresh = useCallback(() => current.current(), []);
  return { ...state, refresh };
}

/** The present, told again every few seconds so that "12 s ago" stays true. */
export function useNow(everyMs = 5000) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => document.hidden || setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
