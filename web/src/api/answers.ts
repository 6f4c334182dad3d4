import { ApiError, Unreachable } from "./errors";
import type { components } from "./schema";

type ErrorView = Partial<components["schemas"]["ErrorView"]>;

/** A request as it is: its 401 is the answer. Throws Unreachable where there is none. */
export async function reach(request: Request | string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(request, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Unreachable();
  }
}

export function errorOf(error: ErrorView | undefined, response: Response): ApiError {
  const requestId = error?.request_id ?? response.headers.get("X-Request-Id") ?? "";
  const retryAfter = Number(response.headers.get("Retry-After") ?? 0) || 0;
  const message = error?.detail ?? response.statusText;
  return new ApiError(response.status, error?.code ?? "", message, requestId, error?.violations ?? [], retryAfter);
}
