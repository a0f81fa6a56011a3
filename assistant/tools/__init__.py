"""What a provider may ask for: thin calls to services and `visible_to`, as the asking user."""

from assistant.tools.catalogue import TOOLS
from assistant.tools.gathering import AssistantTool, Gathering, ToolResult
from assistant.tools.using import offered, use

__all__ = ["TOOLS", "AssistantTool", "Gathering", "ToolResult", "offered", "use"]
