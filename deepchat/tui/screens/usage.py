from textual.screen import ModalScreen


class Usage(ModalScreen):
    def __init__(self, *a):
        super().__init__()

    def key_escape(self):
        self.dismiss(None)
