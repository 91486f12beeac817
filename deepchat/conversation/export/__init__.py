"""A conversation as a file to keep, to read or to show: JSON loses nothing, Markdown and HTML are for reading."""

from deepchat.conversation.export.markdown import to_markdown as to_markdown
from deepchat.conversation.export.page import to_html as to_html
from deepchat.conversation.export.whole import to_json as to_json
