import Shim
