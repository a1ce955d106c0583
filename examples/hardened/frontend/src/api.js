const API = import.meta.env.VITE_API_URL ?? "/api";

// The access token lives in memory only; the refresh token is an httpOnly cookie.
let access = null;

export async function login(username, password) {
  const answer = await fetch(`${API}/token/`, {
    method: "POST",
    credentials: "include",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  access = (await answer.json()).access;
}

export async function films() {
  const answer = await fetch(`${API}/films/`, { headers: { Authorization: `Bearer ${access}` } });
  return answer.json();
}
