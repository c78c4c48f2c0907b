// The API from a page: changes carry the page's key, problems become sentences.
import { text } from "./texts.js";
import { toast } from "./toast.js";

const SECONDS = 75; // longer than the longest sync window
const GATEWAY = [502, 503, 504]; // said by a proxy, not by us: nobody answers behind it

export class ApiError extends Error {
  // status is 0 if there was no answer; code, details: as in the contract.
  constructor(message, { status = 0, code = "network", details = {} } = {}) {
    super(message);
    Object.assign(this, { status, code, details });
  }
}

// Returns what is answered: an object for JSON, else the response. Problems are shown, unless
// quiet, and thrown as ApiError. A body that is no form is sent as JSON.
export async function api(method, path, { body, headers = {}, signal, quiet = false } = {}) {
  try {
    const response = await ask(method, path, body, headers, signal);
    tell("reachable");
    if (!response.ok) throw await problem(response);
    const isJson = response.headers.get("content-type")?.startsWith("application/json");
    return isJson ? await response.json() : response;
  } catch (error) {
    if (signal?.aborted) throw error;
    const known = error instanceof ApiError ? error : new ApiError(text("network"));
    if (known.status === 0) tell("unreachable");
    if (known.status === 401) tell("session-ended");
    else if (!quiet) toast(known.message, { isProblem: true });
    throw known;
  }
}

function ask(method, path, body, headers, signal) {
  const limit = AbortSignal.timeout(SECONDS * 1000);
  const isForm = body instanceof FormData || body instanceof URLSearchParams;
  const isJson = body !== undefined && !isForm;
  return fetch(path, {
    method,
    body: isJson ? JSON.stringify(body) : body,
    credentials: "same-origin",
    redirect: "error",
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
    headers: {
      "Accept-Language": document.documentElement.lang,
      "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]').content,
      ...(isJson ? { "Content-Type": "application/json" } : {}),
      ...headers,
    },
  });
}

async function problem(response) {
  const { error } = await response.json().catch(() => ({}));
  if (!error && GATEWAY.includes(response.status)) return new ApiError(text("network"));
  if (!error) return new ApiError(text("unknown"), { status: response.status, code: "unknown" });
  return new ApiError(error.message, { status: response.status, ...error });
}

// To whoever shows such things: connection.js and session.js.
function tell(what) {
  document.dispatchEvent(new Event(what));
}
