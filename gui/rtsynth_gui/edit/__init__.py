"""What the performer does to controls: menus, undo and redo, the computer keyboard."""
