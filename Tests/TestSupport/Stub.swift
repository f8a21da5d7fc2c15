package let testSupport = true
