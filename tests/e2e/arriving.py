"""What of a page takes a press as it stands, and what did when the page arrived."""

# What in the page takes a press as it stands; a style of which an animation is asked is begun.
TAKING = """() => [...document.querySelectorAll(
    'main :is(button, summary, select, input:is([type=checkbox], [type=radio]), ' +
    'label:has(input:is([type=checkbox], [type=radio])), ' +
    '[data-redrawn] a[href]), form[method=post] button')]
  .filter(one => one.checkVisibility() && getComputedStyle(one).pointerEvents !== 'none')
  .map(one => one.outerHTML.slice(0, 80))"""
AT_ONCE = f"""document.addEventListener('DOMContentLoaded', () => {{
  window.taking = ({TAKING})();
}})"""
