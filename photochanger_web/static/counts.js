// <textarea data-count="id">: shows how many characters there are.
document.addEventListener("input", ({ target }) => {
  const shown = document.getElementById(target.dataset?.count ?? "");
  if (shown) shown.textContent = String([...target.value].length);
});
