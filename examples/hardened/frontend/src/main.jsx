import { createRoot } from "react-dom/client";
import { useEffect, useState } from "react";
import { films } from "./api.js";

function App() {
  const [list, setList] = useState([]);
  useEffect(() => { films().then(setList); }, []);
  return <ul>{list.map((film) => <li key={film.id}>{film.title}</li>)}</ul>;
}

createRoot(document.getElementById("root")).render(<App />);
