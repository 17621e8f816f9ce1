/* Searching, choosing and sorting the rows of a long table. Without it the table is whole, and in its own order. */
"use strict";

(() => {
  const fold = (text) =>
    text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase().replace(/œ/g, "oe").replace(/æ/g, "ae").replace(/[^a-z0-9%$€]+/g, " ");

  const said = (form, shown, total) => {
    const { un, plusieurs, aucun } = form.dataset;
    if (shown === 0) return `${aucun} sur ${total}`;
    return `${shown} ${shown > 1 ? plusieurs : un} sur ${total}`;
  };

  function searchable(form, table) {
    const input = form.querySelector("input");
    const choices = [...form.querySelectorAll("select")];
    const status = form.querySelector("[role=status]");
    const rows = [...table.tBodies[0].rows].map((row) => ({ row, text: fold(row.textContent) }));
    let waiting = 0;

    const filter = () => {
      const words = fold(input.value).split(" ").filter(Boolean);
      let shown = 0;
      for (const { row, text } of rows) {
        const chosen = choices.every(({ name, value }) => value === "" || row.dataset[name] === value);
        row.hidden = !(chosen && words.every((word) => text.includes(word)));
        if (!row.hidden) shown += 1;
      }
      // Said once the person has stopped typing, so that a screen reader does not count every letter.
      clearTimeout(waiting);
      waiting = setTimeout(() => { status.textContent = said(form, shown, rows.length); }, 250);
    };

    input.addEventListener("input", filter);
    choices.forEach((choice) => choice.addEventListener("change", filter));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    filter(); // a browser keeps what was typed when one comes back to the page
  }

  function sortable(table) {
    const heads = [...table.tHead.rows[0].cells];
    const body = table.tBodies[0];
    const key = (row, column) => row.cells[column].dataset.tri ?? row.cells[column].textContent.trim();
    const compare = new Intl.Collator("fr", { numeric: true }).compare;

    heads.forEach((head, column) => {
      if (head.dataset.tri === undefined) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const order = [...body.rows].sort((a, b) => compare(key(a, column), key(b, column)));
        body.append(...(down ? order.reverse() : order));
      });
    });
  }

  const start = () => {
    const table = document.querySelector("table.pr-choix");
    const form = document.querySelector("form.pr-recherche");
    if (!table || !form) return;
    searchable(form, table);
    sortable(table);
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
