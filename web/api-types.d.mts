export function apiTypes(): Promise<Record<string, string>>;
