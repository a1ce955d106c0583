const API = import.meta.env.VITE_API_URL || "http://api.filmclub.example.org";

export async function login(username, password) {
  const answer = await fetch(`${API}/token/`, { method: "POST", body: JSON.stringify({ username, password }) });
  localStorage.setItem("access_token", (await answer.json()).access);
}

export async function films() {
  const headers = { Authorization: `Bearer ${localStorage.getItem("access_token")}` };
  return (await fetch(`${API}/films/`, { headers })).json();
}
